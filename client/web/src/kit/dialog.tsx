// A modal question: focus stays inside, Escape says no, the page behind is out
// of reach (React Aria sees to it).
import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components/Modal';

interface AskProps {
	title: string;
	children: ReactNode;
	/** Absent: the question must be answered. */
	onClose?: () => void;
}

export function Ask({ title, children, onClose }: AskProps) {
	return (
		<ModalOverlay
			className="overlay"
			isOpen
			isDismissable={false}
			isKeyboardDismissDisabled={!onClose}
			onOpenChange={(open) => !open && onClose?.()}
		>
			<Modal className="modal">
				<Dialog className="dialog" role="alertdialog">
					<Heading slot="title">{title}</Heading>
					{children}
				</Dialog>
			</Modal>
		</ModalOverlay>
	);
}
